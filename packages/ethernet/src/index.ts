export { ethernet, neighbour } from './ethernet.js'
export type { Ethernet, EthernetOptions } from './types.js'
