// Reads a JSON array of Kubernetes objects from standard input; prints, as JSON, what is wrong with each, by the schemas of
// the npm packages kubernetes-models, @kubernetes-models/prometheus-operator and .../cert-manager below FOLDER.
//
//   schemas.mjs FOLDER
//
// Those schemas let unknown fields pass, which the API server refuses (or drops): so the validator gets the object behind
// proxies that note what it looks at, and a field that it never looked at is one that the schema does not know.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const groups = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'cert-manager.io': '@kubernetes-models/cert-manager',
};

async function validator({ apiVersion, kind }) {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const home = `${folder}/node_modules/${groups[group] ?? 'kubernetes-models'}`;
  const model = readFileSync(`${home}/${apiVersion}/${kind}.js`, 'utf8');
  const schema = model.match(/_schemas\/(\w+)\.js/)[1];
  return (await import(pathToFileURL(`${home}/_schemas/${schema}.js`))).validate;
}

function observed(value, path, unseen) {
  if (value === null || typeof value !== 'object') return value;
  const inner = Array.isArray(value) ? [] : {};
  for (const [key, child] of Object.entries(value)) {
    unseen.add(`${path}/${key}`);
    inner[key] = observed(child, `${path}/${key}`, unseen);
  }
  return new Proxy(inner, {
    get(target, key) {
      if (typeof key === 'string') unseen.delete(`${path}/${key}`);
      return target[key];
    },
  });
}

const wrong = [];
for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
  const name = `${object.kind}/${object.metadata?.name}`;
  try {
    const validate = await validator(object);
    const unseen = new Set();
    if (!validate(observed(object, '', unseen))) {
      wrong.push(...validate.errors.map((e) => `${name}: ${e.instancePath} ${e.keyword} ${JSON.stringify(e.params)}`));
    }
    wrong.push(...[...unseen].map((path) => `${name}: ${path} is unknown`));
  } catch (e) {
    wrong.push(`${name}: no schema: ${e.message}`);
  }
}
console.log(JSON.stringify(wrong));
