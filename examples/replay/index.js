// A capture file through a stack: what came, what was sent back, what was dropped and why. Time is the capture's, on a
// virtual clock: it passes at once. npm start [-- FILE ADDRESS/LENGTH MAC]
import { openSync, readSync } from 'node:fs'
import { DLT_EN10MB, host } from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { strict } from '@tiny/core/strict'
import { mac, macText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { reader, replay } from '@tiny/pcap/read'
import { sim } from '@tiny/sim'
import { udp } from '@tiny/udp'

const [path = 'capture.pcapng', own = '10.0.0.2/24', station = '02:00:00:00:00:02'] = process.argv.slice(2)
const net = sim()
const counts = { came: 0, sent: 0, dropped: 0 }
const say = (kind, text) => {
  counts[kind]++
  console.log(`${net.now().toFixed(3).padStart(10)} ms  ${kind.padEnd(7)}  ${text}`)
}
const frame = (b, o, n) => {
  const [to, from] = [macText(b, o), macText(b, o + 6)]
  const type = ((b[o + 12] << 8) | b[o + 13]).toString(16).padStart(4, '0')
  return `${from} > ${to}, type 0x${type}, ${n} octets`
}

// A card without a cable: the capture is what it hears.
const dev = {
  type: DLT_EN10MB,
  mtu: 1500,
  mac: mac(station),
  caps: 0,
  send(b, o, n) {
    say('sent', frame(b, o, n))
    return 0
  },
  recv() {},
}
const observer = { drop: id => say('dropped', explain(id)) }
const h = host(net.env(), strict('core', { room: 4008, observer }))
const network = strict('ipv4', { address: prefix(own), maxDatagram: 4000, fragment: fragment() })
const u = udp(ipv4(h, ethernet(h, dev), network))
u.bind(7, { onDatagram: (s, b, o, n, a, port) => u.send(s, b, o, n, b, a, port) })
const up = dev.recv
dev.recv = (b, o, n, flags) => {
  say('came', frame(b, o, n))
  up(b, o, n, flags)
}
net.host(h, dev)

const file = openSync(path)
let isEnd = false
const frames = reader((b, o, n) => readSync(file, b, o, n))
replay(net, frames, dev, strict('replay', { pause: 60000, onEnd: () => (isEnd = true) }))
while (!isEnd) net.run(1000)
net.run(1000)
console.log(`\n${counts.came} frames came, ${counts.sent} were sent, ${counts.dropped} times something was dropped`)
