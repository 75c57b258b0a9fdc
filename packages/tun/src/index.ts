export { env, run, timers } from './node.js'
export { tap } from './tap.js'
export { tun } from './tun.js'
export type { Interface, InterfaceOptions, Tap, TapOptions, Tun } from './types.js'
