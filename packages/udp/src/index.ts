export type { BindOptions, Handlers, Socket, Udp, UdpOptions } from './types.js'
export { udp } from './udp.js'
