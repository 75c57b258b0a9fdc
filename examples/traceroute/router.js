import { host, ICMP, isSame, putSum } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ipv4 } from '@tiny/ipv4'
import { raw } from '@tiny/raw'
import { packet } from '@tiny/raw/packet'

const TIME_EXCEEDED = 11
const SENT = 4

/** A router between two lines: packet sockets move datagrams, a raw socket reports those whose time to live has ended. */
export function router(net, near, far, own) {
  const h = host(net.env())
  const sides = [packet(h, near), packet(h, far)]
  const ip = ipv4(h, sides[0].device, strict('ipv4', { address: prefix(`${own}/8`) }))
  const r = raw(ip)
  const reporter = r.open(ICMP, {})

  function forward(side, b, o, n) {
    const d = b.slice(o, o + n)
    if (ip.isOwn(d, 16) || isSame(d, 12, d, 16, 4)) return
    if (d[8]-- > 1) {
      putSum(h.sum, d, 0, (d[0] & 15) << 2, 10, 0)
      sides[side].send(sockets[side], d, 0, n, d, 16)
    } else {
      const report = Uint8Array.from([TIME_EXCEEDED, 0, 0, 0, 0, 0, 0, 0, ...b.subarray(o, o + 28)])
      putSum(h.sum, report, 0, report.length, 2, 0)
      r.send(reporter, report, 0, report.length, d, 12)
    }
  }
  const sockets = sides.map((side, i) =>
    side.open(0, { onFrame: (_s, b, o, n, _length, kind) => kind !== SENT && forward(1 - i, b, o, n) }),
  )
  net.host(h, [near, far])
}
