// Who stands between us and another machine. `npm start`: three routers of our own, simulated. `npm run tap`: the Linux
// kernel as a router, with another machine of its kind behind it, in a network that goes when the program ends.
import { execSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { gateways } from '@tiny/ipv4/gateway'
import { sim } from '@tiny/sim'
import { router } from './router.js'
import { traceroute } from './traceroute.js'

const MOST = 8
const assemble = (h, link, own, gateway) =>
  ipv4(h, link, strict('ipv4', { address: prefix(own), gateways: gateways([address(gateway)]) }))

function simulated() {
  const net = sim()
  const lines = [2, 20, 5, 1].map(delay => net.line(strict('wire', { delay })))
  const machine = (line, own, gateway) => {
    const h = host(net.env())
    const ip = assemble(h, line, own, gateway)
    net.host(h, line)
    return ip
  }
  for (let i = 1; i < lines.length; i++) router(net, lines[i - 1][1], lines[i][0], `10.0.${i}.1`)
  machine(lines[3][1], '10.9.0.2/24', '10.9.0.1')
  const trace = traceroute(machine(lines[0][0], '10.0.0.2/24', '10.0.0.1'), address('10.9.0.2'), MOST, console.log)
  return net.run(60000, trace.isDone)
}

const NEAR = `ip addr add 10.0.0.1/24 dev tap0; ip link set tap0 up; sysctl -qw net.ipv4.ip_forward=1
ip link add east type veth peer name west netns $FAR; ip addr add 10.2.0.1/24 dev east; ip link set east up
nsenter -t $FAR -n sh -c 'ip addr add 10.2.0.2/24 dev west; ip link set west up; ip route add default via 10.2.0.1'`

async function onTap() {
  const { env, run, tap } = await import('@tiny/tun')
  const far = spawn('unshare', ['-n', 'sh', '-c', 'echo; exec sleep 60'])
  await once(far.stdout, 'data') // it has left this network when it speaks
  const h = host(env())
  const dev = tap(strict('tap', { name: 'tap0' }))
  const ip = assemble(h, ethernet(h, dev), '10.0.0.2/24', '10.0.0.1')
  const stop = run(h, dev)
  execSync(NEAR, { env: { ...process.env, FAR: far.pid }, shell: '/bin/sh' })
  const trace = traceroute(ip, address('10.2.0.2'), MOST, console.log)
  for (const end = Date.now() + 30000; !trace.isDone() && Date.now() < end; ) await new Promise(r => setTimeout(r, 10))
  far.kill()
  stop()
  dev.close()
  return trace.isDone()
}
process.exitCode = (process.argv.includes('--tap') ? await onTap() : simulated()) ? 0 : 1
