export type { Accept, BindOptions, DatagramOptions, Handlers, Socket, Udp, UdpOptions } from './types.js'
export { udp } from './udp.js'
