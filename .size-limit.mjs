import { rows } from './tools/size/rows.mjs'

export default rows.map(row => ({
  ...row,
  // The preset's own format adds a shim for everything in `ignore`, which is not ours to count.
  modifyEsbuildConfig: config => ({ ...config, format: 'esm' }),
}))
