export { tcp } from './tcp.js'
export type {
  Connection,
  ConnectOptions,
  Handlers,
  Listener,
  ListenOptions,
  Settings,
  Status,
  Tcp,
  TcpOptions,
} from './types.js'
