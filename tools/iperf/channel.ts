// A connection as iperf uses it: octets that are asked for by their number, then a stream as fast as it goes.
import { type Connection, type Handlers, type Tcp, tune } from '@tiny/tcp'
import { framed, LONGEST } from './protocol.ts'

export interface Channel {
  readonly t: Tcp
  c: Connection<Channel>
  /** Came and was not asked for yet. */
  held: Buffer
  wanted: { n: number; resolve(b: Buffer): void; reject(e: Error): void } | null
  /** Octets of the stream. */
  octets: number
  mode: 'talk' | 'sink' | 'source'
  /** Why nothing comes any more. */
  fault: string
}

const BLOCK = new Uint8Array(1 << 17)
const IN = Buffer.alloc(1 << 16)
/** What may wait here: a JSON text with its length, and the states around it. */
const MOST = LONGEST + 64

function satisfy(ch: Channel): void {
  const { wanted } = ch
  if (!wanted) return
  if (ch.held.length >= wanted.n) {
    const b = ch.held.subarray(0, wanted.n)
    ch.held = ch.held.subarray(wanted.n)
    ch.wanted = null
    wanted.resolve(b)
  } else if (ch.fault) {
    ch.wanted = null
    wanted.reject(new Error(ch.fault))
  }
}

function pump(ch: Channel): void {
  while (ch.mode === 'source') {
    const n = ch.t.write(ch.c, BLOCK)
    if (n > 0) ch.octets += n
    if (n < BLOCK.length) return
  }
}

function drain(ch: Channel): void {
  for (let n = 0; ch.held.length < MOST && (n = ch.t.read(ch.c, IN)) > 0; )
    if (ch.mode === 'sink') ch.octets += n
    else ch.held = Buffer.concat([ch.held, IN.subarray(0, n)])
  satisfy(ch)
}

function fail(ch: Channel, fault: string): void {
  ch.fault ||= fault
  satisfy(ch)
}

/** @param onOpen called once for each connection, when it stands */
export function channels(t: Tcp, onOpen: (ch: Channel) => void): Handlers<Channel> {
  return {
    onWritable(c) {
      if (c.app) return pump(c.app)
      c.app = { t, c, held: Buffer.alloc(0), wanted: null, octets: 0, mode: 'talk', fault: '' }
      // A side that has gone without a word, as one that sleeps, is found out.
      tune(t, c, { keepAlive: 10000, keepInterval: 1000, keepCount: 10 })
      onOpen(c.app)
    },
    onReadable: c => c.app && drain(c.app),
    onEnd: c => c.app && fail(c.app, 'the other side has ended'),
    onClose: (c, code) => c.app && fail(c.app, `the connection has ended with ${code}`),
  }
}

/** The next n octets. @param patience milliseconds until it is an error that they do not come */
export function take(ch: Channel, n: number, patience?: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = patience && setTimeout(() => fail(ch, `the other side was silent for ${patience} ms`), patience)
    const done =
      <T>(f: (value: T) => void) =>
      (value: T): void => {
        if (timer) clearTimeout(timer)
        f(value)
      }
    ch.wanted = { n, resolve: done(resolve), reject: done(reject) }
    drain(ch)
  })
}

export const takeState = async (ch: Channel, patience?: number): Promise<number> =>
  (await take(ch, 1, patience))[0] ?? 0

/** A JSON text: an object, whose fields are the other side's word. */
export async function takeJson(ch: Channel, patience?: number): Promise<object> {
  const n = (await take(ch, 4, patience)).readUInt32BE()
  if (n > LONGEST) throw new Error(`a text of ${n} octets`)
  const value: unknown = JSON.parse((await take(ch, n, patience)).toString())
  if (typeof value !== 'object' || !value) throw new Error(`a text that is no object: ${value}`)
  return value
}

/** Sends a few octets. */
export function put(ch: Channel, ...octets: number[]): void {
  putAll(ch, Buffer.from(octets))
}

export const putJson = (ch: Channel, value: object): void => putAll(ch, framed(value))

export function putAll(ch: Channel, b: Buffer): void {
  const n = ch.t.write(ch.c, b)
  if (n !== b.length) throw new Error(`${n} of ${b.length} octets were taken`)
}

/** From now on octets are counted, no more: in, or out as fast as it goes. */
export function stream(ch: Channel, isSource: boolean): void {
  ch.octets = ch.held.length
  ch.held = Buffer.alloc(0)
  ch.mode = isSource ? 'source' : 'sink'
  if (isSource) pump(ch)
  else drain(ch)
}

/** Ends a stream: what comes is lost, what was written is sent, for iperf3 reads on until it has ended. */
export function stop(ch: Channel): void {
  if (ch.mode === 'sink') ch.t.abort(ch.c)
  else ch.t.release(ch.c)
  ch.mode = 'talk'
}
