export { configure } from './configure.js'
export { join, leave } from './group.js'
export { ipv4 } from './ipv4.js'
export type { Fragment, Gateways, Ipv4, Ipv4Options } from './types.js'
