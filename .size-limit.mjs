import { rows } from './tools/size/rows.mjs'

export default rows.map(row => ({
  ...row,
  // The preset's own format adds a shim for everything in `ignore`, which is not ours to count.
  // What is measured is dist: the paths of tsconfig would lead half of the imports to the sources, and count core twice.
  modifyEsbuildConfig: config => ({ ...config, format: 'esm', tsconfigRaw: {} }),
}))
