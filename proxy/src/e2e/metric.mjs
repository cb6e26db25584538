// Seawall's metrics, read from the admin listener.
import { ADMIN } from './world.mjs';

/// Every sample as { name, labels, value }.
export async function metrics() {
  const text = await (await fetch(`${ADMIN}/metrics`)).text();
  return text.split('\n').map(line => /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line)).filter(Boolean)
    .map(([, name, labels = '', value]) => ({ name, value: Number(value),
      labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, word]) => [key, word])) }));
}

/// The sum of the samples of that name which carry these labels.
export const total = (samples, name, wanted = {}) => samples
  .filter(sample => sample.name === name && Object.entries(wanted).every(([key, word]) => sample.labels[key] === word))
  .reduce((sum, sample) => sum + sample.value, 0);
