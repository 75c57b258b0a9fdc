// Pings a machine over a wire that loses some, and an address that nobody has.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, addressText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { ping } from '@tiny/ping'
import { sim } from '@tiny/sim'

const net = sim(strict('sim', { seed: 7 }))
const [near, far] = net.wire(strict('wire', { delay: 10, jitter: 4, loss: 0.1 }))

function machine(dev, own) {
  const h = host(net.env())
  const ip = ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix(own) }))
  net.host(h, dev)
  return ip
}
machine(far, '10.0.0.2/24') // answering is a part of ipv4
const pings = ping(machine(near, '10.0.0.1/24'), strict('ping', { requests: 8 }))

const COUNT = 6
for (const to of ['10.0.0.2', '10.0.0.3']) {
  console.log(`\nping ${to}`)
  let ended = 0
  let replies = 0
  const socket = pings.open({
    onReply(_s, seq, rttMs, n) {
      console.log(`  ${seq}: ${n} octets back after ${rttMs.toFixed(3)} ms`)
      replies++
      ended++
    },
    onError(_s, seq, code, icmp, b, a) {
      console.log(`  ${seq}: ${icmp ? `error ${-code}, says ${addressText(b, a)}` : 'no reply'}`)
      ended++
    },
  })
  const peer = address(to)
  for (let i = 0; i < COUNT; i++)
    net.after(i * 1000, () => pings.send(socket, peer, 0, strict('pingSend', { timeout: 5000 })))
  net.run(60000, () => ended === COUNT)
  console.log(`  ${replies} of ${COUNT} replies`)
  pings.close(socket)
}
