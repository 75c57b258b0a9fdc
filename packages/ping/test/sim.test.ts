// Two hosts of the real ipv4 on simulated wires.
import { EHOSTUNREACH, ETIMEDOUT, host } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { expect, it } from 'vitest'
import { ping } from '../src/index.ts'

it('replies come in the time of the wire; losses and absent hosts are told', () => {
  const s = sim({ seed: 1, start: 0x7fffff00 })
  const [left, right] = s.wire({ delay: 20 })
  const a = host(s.env())
  const ipA = ipv4(a, ethernet(a, left), { address: prefix('10.0.0.1/24') })
  const b = host(s.env())
  ipv4(b, ethernet(b, right), { address: prefix('10.0.0.2/24') })
  s.host(a, left)
  s.host(b, right)
  const p = ping(ipA)
  const lines: string[] = []
  const socket = p.open({
    onReply: (_s, seq, rttMs, n) => void lines.push(`${seq} ${n} ${rttMs.toFixed(1)}`),
    onError: (_s, seq, code, icmp, k, o) => void lines.push(`${seq} ${code} ${icmp} ${k.slice(o, o + 4).join('.')}`),
  })
  if (typeof socket === 'number') throw new Error(`open ${socket}`)
  const to = address('10.0.0.2')
  // The first one waits for ARP.
  p.send(socket, to, 0)
  s.run(500)
  p.send(socket, to, 0, { size: 1400 })
  p.send(socket, to, 0, { size: 0 })
  s.run(500)
  p.send(socket, address('10.0.0.9'), 0, { timeout: 60000 })
  s.run(10000)
  left.cut()
  p.send(socket, to, 0, { timeout: 2000 })
  s.run(5000)
  expect(lines).toEqual([
    '0 56 80.0',
    '1 1400 40.0',
    '2 0 40.0',
    `3 ${-EHOSTUNREACH} 769 10.0.0.1`,
    `4 ${-ETIMEDOUT} 0 10.0.0.1`,
  ])
  expect(p.used()).toBe(1)
})
