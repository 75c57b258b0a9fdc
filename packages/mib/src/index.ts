export { mib } from './mib.js'
export type { Mib, MibOptions } from './types.js'
