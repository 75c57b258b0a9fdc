export { ping } from './ping.js'
export type { Handlers, Ping, PingOptions, RequestOptions, Socket } from './types.js'
