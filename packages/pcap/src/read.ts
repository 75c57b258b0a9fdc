export type { CapturedInterface, CapturedPacket } from './packet.js'
export { type CaptureReader, type ReaderOptions, reader, sourceOf } from './reader.js'
export { type ReplayClock, type ReplayOptions, replay } from './replay.js'
export type { Source } from './source.js'
