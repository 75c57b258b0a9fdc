import { bpf } from '@tiny/bpf'
import { filter } from '@tiny/bpf/filter'
import { selected } from '@tiny/bpf/wrap'
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { capture, pcapng } from '@tiny/pcap'
import { udp } from '@tiny/udp'

/** A machine that echoes on ports 7 and 9, and writes of its traffic what the expression lets through. */
export function firmware(env, dev, own, expression, write) {
  const file = pcapng(env, write)
  const some = selected(file, bpf(filter(expression)))
  const outer = capture(dev, some, strict('capture', { name: 'eth0' }))
  const h = host(env, strict('core', { pool: 8192 }))
  const ip = ipv4(h, ethernet(h, outer), strict('ipv4', { address: own }))
  const u = udp(ip)
  const echo = { onDatagram: (s, b, o, n, a, from) => u.send(s, b, o, n, b, a, from) }
  u.bind(7, echo)
  u.bind(9, echo)
  return { h, outer, file }
}
