// iperf3 -c
import { randomBytes } from 'node:crypto'
import { getSystemErrorName } from 'node:util'
import type { Connection, Tcp } from '@tiny/tcp'
import { type Channel, channels, put, putAll, putJson, stop, stream, take, takeJson, takeState } from './channel.ts'
import { KERNEL_SIDE } from './machine.ts'
import {
  ACCESS_DENIED,
  COOKIE,
  CREATE_STREAMS,
  DISPLAY_RESULTS,
  EXCHANGE_RESULTS,
  IPERF_DONE,
  idOf,
  PARAM_EXCHANGE,
  results,
  SERVER_ERROR,
  SERVER_TERMINATE,
  streamsOf,
  TEST_END,
  TEST_RUNNING,
  TEST_START,
} from './protocol.ts'

export interface Wanted {
  address: Uint8Array
  port: number
  seconds: number
  parallel: number
  /** The server sends. */
  isReverse: boolean
}

export interface Measured {
  seconds: number
  /** Octets of each stream as we count them, and as the server does. */
  ours: number[]
  theirs: number[]
}

/** @throws Error when the server says no, or the connection ends */
export async function measure(t: Tcp, wanted: Wanted): Promise<Measured> {
  const cookie = Buffer.alloc(COOKIE)
  cookie.write(randomBytes(18).toString('hex'), 'latin1')
  const open = (): Promise<Channel> =>
    new Promise((resolve, reject) => {
      const handlers = channels(t, ch => {
        putAll(ch, cookie)
        resolve(ch)
      })
      const { onClose } = handlers
      handlers.onClose = (c, code) => {
        onClose?.(c, code)
        reject(new Error(`the connection has ended${code ? `: ${getSystemErrorName(code)}` : ''}`))
      }
      const c: Connection<Channel> | number = t.connect(wanted.address, wanted.port, handlers)
      if (typeof c === 'number') reject(new Error(`no connection: ${getSystemErrorName(c)}`))
    })

  const hint = setTimeout(() => console.error(`no answer yet. ${KERNEL_SIDE}`), 3000)
  const control = await open().finally(() => clearTimeout(hint))
  let streams: Channel[] = []
  const found: Measured = { seconds: 0, ours: [], theirs: [] }
  async function run(): Promise<void> {
    const start = performance.now()
    for (const ch of streams) stream(ch, !wanted.isReverse)
    await new Promise(resolve => setTimeout(resolve, wanted.seconds * 1000))
    found.seconds = (performance.now() - start) / 1000
    found.ours = streams.map(ch => ch.octets)
    // What was written is let through; what comes is still taken.
    for (const ch of streams) if (!wanted.isReverse) ch.mode = 'talk'
    put(control, TEST_END)
  }
  const steps: { [state: number]: () => Promise<void> | void } = {
    [PARAM_EXCHANGE]() {
      const { seconds, parallel, isReverse } = wanted
      const more = { omit: 0, num: 0, blockcount: 0, len: 1 << 17, pacing_timer: 1000, client_version: '3.12' }
      putJson(control, { tcp: true, time: seconds, parallel, ...more, ...(isReverse ? { reverse: true } : {}) })
    },
    async [CREATE_STREAMS]() {
      // One after the other: the server numbers them as they come.
      for (let i = 0; i < wanted.parallel; i++) streams = [...streams, await open()]
    },
    [TEST_START]() {},
    [TEST_RUNNING]: run,
    async [EXCHANGE_RESULTS]() {
      putJson(control, results(found.ours, [], found.seconds))
      const theirs = streamsOf(await takeJson(control))
      found.theirs = found.ours.map((_, i) => theirs.find(({ id }) => id === idOf(i))?.bytes ?? 0)
    },
    [ACCESS_DENIED]() {
      throw new Error('the server is busy with another test')
    },
    [SERVER_TERMINATE]() {
      throw new Error('the server has ended')
    },
    async [SERVER_ERROR]() {
      throw new Error(`the server refuses: error ${(await take(control, 8)).readUInt32BE()} of iperf's`)
    },
  }
  try {
    for (;;) {
      const state = await takeState(control)
      if (state === DISPLAY_RESULTS) break
      const step = steps[state]
      if (!step) throw new Error(`the server went on to state ${state}`)
      // Each comes once.
      delete steps[state]
      await step()
    }
    put(control, IPERF_DONE)
    t.close(control.c)
    // Until the server has ended as well: the last word has then arrived.
    await Promise.race([take(control, 1).catch(() => {}), new Promise(resolve => setTimeout(resolve, 1000))])
    return found
  } finally {
    for (const ch of streams) stop(ch)
    t.release(control.c)
  }
}
