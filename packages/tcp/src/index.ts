export { status } from './status.js'
export { tcp } from './tcp.js'
export { tune } from './tune.js'
export type {
  Connection,
  ConnectOptions,
  FastOpenTcp,
  Handlers,
  Listener,
  ListenOptions,
  Settings,
  Status,
  Tcp,
  TcpOptions,
} from './types.js'
export { unlisten } from './unlisten.js'
export { urgent } from './urgent.js'
