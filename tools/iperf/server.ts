// iperf3 -s: one test at a time.
import type { Listener, Tcp } from '@tiny/tcp'
import { type Channel, channels, put, putJson, stop, stream, take, takeJson, takeState } from './channel.ts'
import {
  ACCESS_DENIED,
  CLIENT_TERMINATE,
  COOKIE,
  CREATE_STREAMS,
  DISPLAY_RESULTS,
  EXCHANGE_RESULTS,
  IEUNIMP,
  IPERF_DONE,
  PARAM_EXCHANGE,
  type Params,
  results,
  SERVER_ERROR,
  streamsOf,
  TEST_END,
  TEST_RUNNING,
  TEST_START,
} from './protocol.ts'

export interface Served {
  isReverse: boolean
  seconds: number
  /** Octets of each stream. */
  bytes: number[]
  /** '' or what went wrong. */
  error: string
}

interface Test {
  cookie: Buffer
  wanted: number
  streams: Channel[]
  onStreams: () => void
  onLate: () => void
}

const MOST = 128

/**
 * @param report told of each test
 * @param patience milliseconds that a client may be silent where it is its turn, the test itself excepted
 */
export function serve(t: Tcp, port: number, report: (served: Served) => void, patience = 10_000): Listener | number {
  let test: Test | null = null

  async function play(control: Channel, now: Test, served: Served): Promise<void> {
    put(control, PARAM_EXCHANGE)
    const params = (await takeJson(control, patience)) as Params
    const parallel = params.parallel ?? 1
    if (
      !params.tcp ||
      params.udp ||
      params.bidirectional ||
      !(Number.isInteger(parallel) && parallel >= 1 && parallel <= MOST)
    ) {
      put(control, SERVER_ERROR, 0, 0, 0, IEUNIMP, 0, 0, 0, 0)
      throw new Error('a test that is not for us: TCP in one direction is what there is')
    }
    served.isReverse = Boolean(params.reverse)
    const all = new Promise<void>((resolve, reject) => {
      now.onStreams = resolve
      now.onLate = () => reject(new Error(`${now.streams.length} of ${parallel} streams came`))
    })
    now.wanted = parallel
    put(control, CREATE_STREAMS)
    const ending = takeState(control)
    const early = async (): Promise<void> => {
      throw new Error(`the client went on to state ${await ending} without its streams`)
    }
    const late = setTimeout(() => now.onLate(), patience)
    await Promise.race([all, early()]).finally(() => clearTimeout(late))
    put(control, TEST_START, TEST_RUNNING)
    const start = performance.now()
    for (const ch of now.streams) stream(ch, served.isReverse)
    const state = await ending
    served.seconds = (performance.now() - start) / 1000
    served.bytes = now.streams.map(ch => ch.octets)
    for (const ch of now.streams) stop(ch)
    if (state === CLIENT_TERMINATE) throw new Error('the client has given up')
    if (state !== TEST_END) throw new Error(`the client went on to state ${state}`)
    put(control, EXCHANGE_RESULTS)
    const ids = streamsOf(await takeJson(control, patience)).map(({ id }) => id)
    putJson(control, results(served.bytes, ids, served.seconds))
    put(control, DISPLAY_RESULTS)
    const last = await takeState(control, patience)
    if (last !== IPERF_DONE) throw new Error(`the client ended with state ${last}`)
  }

  async function begin(control: Channel, cookie: Buffer): Promise<void> {
    const now: Test = { cookie, wanted: 0, streams: [], onStreams: () => {}, onLate: () => {} }
    test = now
    const served: Served = { isReverse: false, seconds: 0, bytes: [], error: '' }
    try {
      await play(control, now, served)
    } catch (e) {
      served.error = (e as Error).message
      for (const ch of now.streams) stop(ch)
    }
    test = null
    t.release(control.c)
    report(served)
  }

  async function open(ch: Channel): Promise<void> {
    const cookie = Buffer.from(await take(ch, COOKIE, patience))
    if (!test) return begin(ch, cookie)
    if (!test.cookie.equals(cookie) || test.streams.length === test.wanted) {
      put(ch, ACCESS_DENIED)
      t.release(ch.c)
      return
    }
    test.streams.push(ch)
    if (test.streams.length === test.wanted) test.onStreams()
  }
  const handlers = channels(t, ch => void open(ch).catch(() => t.release(ch.c)))
  return t.listen(port, handlers, { backlog: MOST })
}
