export { configure } from './configure.js'
export { join, leave } from './group.js'
export { ipv4 } from './ipv4.js'
export type { Ipv4, Ipv4Configuration, Ipv4Options } from './types.js'
