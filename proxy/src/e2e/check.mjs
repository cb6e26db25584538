// What every check is made of: a sentence, what is expected, and a look at what is there.
import fs from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/// Prints `ok NAME`, or `FAIL NAME: expected … got …`, and writes the same line to the run's results.
export async function check(name, expected, look) {
  let got;
  try {
    got = await look();
    if (holds(expected, got)) return report(`ok ${name}`);
  } catch (trouble) {
    got = trouble;
  }
  report(`FAIL ${name}: expected ${shown(expected)} got ${shown(got)}`);
}

export const success = { means: '2xx', holds: status => status >= 200 && status < 300 };
export const refusal = { means: 'neither 2xx nor 101', holds: status => status >= 300 };
export const atLeast = least => ({ means: `at least ${least}`, holds: got => got >= least });
export const containing = part => ({ means: `something with ${part}`, holds: got => String(got).includes(part) });
export const matching = pattern => ({ means: `something like ${pattern}`, holds: got => pattern.test(String(got)) });

/// Looks again until the look is true or the time is up; gives the last value seen.
export async function eventually(seconds, look) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const got = await look();
    if (got || Date.now() > end) return got;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

const holds = (expected, got) => expected?.holds ? expected.holds(got) : isDeepStrictEqual(got, expected);

function shown(value) {
  if (value?.means) return value.means;
  const text = value instanceof Error ? `error: ${value.message}` : JSON.stringify(value) ?? String(value);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

function report(line) {
  console.log(line);
  fs.appendFileSync(process.env.RESULTS, line + '\n');
}
