// Who on the link has an address, asked by ARP frames of our own. `npm start`: a simulated machine, over a wire that
// loses some frames. `npm run tap`: the Linux kernel, in a network that goes when the program ends.
import { execSync } from 'node:child_process'
import { bpf } from '@tiny/bpf'
import { filter } from '@tiny/bpf/filter'
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { packet } from '@tiny/raw/packet'
import { sim } from '@tiny/sim'
import { arping } from './arping.js'

const COUNT = 3
const REPLIES = bpf(filter('arp[6:2] = 2'))

/** A machine with a stack over its packet sockets, which asks for an address. */
function machine(h, dev, own, target) {
  const packets = packet(h, dev, strict('packet', { sockets: 1 }))
  ipv4(h, ethernet(h, packets.device), strict('ipv4', { address: prefix(`${own}/24`) }))
  console.log(`who has ${target}?`)
  return arping(h, packets, address(own), address(target), COUNT, REPLIES, text => console.log(`  ${text}`))
}

function simulated() {
  const net = sim(strict('sim', { seed: 2 }))
  const [near, far] = net.wire(strict('wire', { delay: 3, jitter: 2, loss: 0.2 }))
  const [h, other] = [host(net.env()), host(net.env())]
  ipv4(other, ethernet(other, far), strict('ipv4', { address: prefix('10.0.0.1/24') }))
  const asked = machine(h, near, '10.0.0.2', '10.0.0.1')
  net.host(other, far)
  net.host(h, near)
  net.run(20000, asked.isDone)
  return asked
}

async function onTap() {
  const { env, run, tap } = await import('@tiny/tun')
  const h = host(env())
  const dev = tap(strict('tap', { name: 'tap0' }))
  execSync('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up')
  const asked = machine(h, dev, '10.0.0.2', '10.0.0.1')
  const stop = run(h, dev)
  while (!asked.isDone()) await new Promise(resolve => setTimeout(resolve, 50))
  stop()
  dev.close()
  return asked
}
const asked = process.argv.includes('--tap') ? await onTap() : simulated()
console.log(`${asked.answers()} of ${COUNT} answered`)
process.exitCode = asked.answers() ? 0 : 1
