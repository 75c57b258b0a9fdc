import { ETIMEDOUT } from '@tiny/core'
import type { Socket } from '@tiny/ping'
import { errorName } from '../errors.ts'
import { ms, noTime } from '../paint.ts'
import type { Scene } from '../scene.ts'

const REQUESTS = 6
const EVERY_MS = 200

/** Echo requests without a raw socket. */
export const pings: Scene = {
  name: 'ping',
  title: 'Ping',
  about: `${REQUESTS} echo requests, one every ${EVERY_MS} ms of the virtual clock`,
  play(stage, page) {
    const { left, right, net } = stage
    const { good, bad, dim } = page.paint
    const replies: { seq: number; rttMs: number | null; octets: number; error: string | null }[] = []
    const socket = left.p.open({
      onReply: (_, seq, rttMs, octets) => void replies.push({ seq, rttMs, octets, error: null }),
      onError: (_, seq, code) => void replies.push({ seq, rttMs: null, octets: 0, error: errorName(code) }),
    }) as Socket
    for (let i = 0; i < REQUESTS; i++)
      net.after(i * EVERY_MS, () => void left.p.send(socket, right.address, 0, { size: 56 + 200 * i, timeout: 800 }))
    net.run(REQUESTS * EVERY_MS + 1000, () => replies.length === REQUESTS)
    left.p.close(socket)
    replies.sort((a, b) => a.seq - b.seq)
    for (const { seq, rttMs, octets, error } of replies)
      page.line(
        rttMs === null
          ? `${bad(noTime)}  no reply to request ${seq}: ${error}${error === errorName(-ETIMEDOUT) ? ', the wire has lost it or its reply' : ''}`
          : `${good(ms(rttMs))}  round trip of request ${seq} ${dim(`with ${octets} octets of data, all of them back`)}`,
      )
    const times = replies.flatMap(reply => reply.rttMs ?? [])
    const mean = times.reduce((sum, time) => sum + time, 0) / (times.length || 1)
    const summary = { min: Math.min(...times), mean, max: Math.max(...times) }
    page.line(
      `${times.length} of ${REQUESTS} came back` +
        (times.length > 0
          ? `, after ${summary.min.toFixed(3)} ms at least, ${mean.toFixed(3)} ms on average, ${summary.max.toFixed(3)} ms at most`
          : ''),
    )
    return { passed: times.length > 0, sent: REQUESTS, received: times.length, rttMs: summary, replies }
  },
}
