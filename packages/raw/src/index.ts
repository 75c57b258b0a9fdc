export { raw } from './raw.js'
export type {
  Accept,
  DatagramOptions,
  Filtered,
  Handlers,
  OpenOptions,
  Raw,
  RawOptions,
  Socket,
  Whole,
  WholeOptions,
  WholeRaw,
} from './types.js'
