export { type Bucket, take } from './bucket.js'
export * from './const.js'
export { hash, mix } from './hash.js'
export { type HostOptions, host } from './host.js'
export { errorOf } from './icmp.js'
export { copy, get16, get32, isSame, put16, put32 } from './octets.js'
export { optionAt } from './option.js'
export { ensure, range } from './range.js'
export { putSum, sum, sumUpdate } from './sum.js'
export type {
  CongestionSlot,
  EcnSlot,
  FastOpenSlot,
  FastOpenState,
  Resend,
  SackSlot,
  SackState,
  Segment,
  Stamped,
  Tcb,
  TcpEngine,
  TcpOption,
  TimerSlot,
  TimestampsSlot,
  TimestampsState,
  TimeWait,
  Tuned,
  WindowScaleSlot,
} from './tcb.js'
export type {
  Connection as TcpConnection,
  ConnectOptions as TcpConnectOptions,
  FastOpenTcp,
  Handlers as TcpHandlers,
  Listener as TcpListener,
  ListenOptions as TcpListenOptions,
  Settings as TcpSettings,
  Status as TcpStatus,
  Tcp,
  TcpOptions,
} from './tcp.js'
export type {
  Dev,
  Engine,
  Env,
  Filter,
  Host,
  Ip,
  Link,
  Observer,
  PacketInfo,
  Pool,
  Prefix,
  SendOptions,
  Sum,
  Transport,
} from './types.js'
