// A machine that the Linux kernel can ping, on a TAP interface. `npm start` runs it in a network of its own (unshare -rn):
// nothing of the computer's is touched, and all of it goes when the program ends.
import { execSync, spawn } from 'node:child_process'
import { host } from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { env, run, tap } from '@tiny/tun'
import { udp } from '@tiny/udp'

// Our machine: address 10.0.0.2, answers ping, and sends back what comes to port 7.
const dropped = new Set()
const h = host(env(), strict('core', { observer: { drop: id => dropped.add(explain(id)) } }))
const dev = tap(strict('tap', { name: 'tap0' }))
const u = udp(ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix('10.0.0.2/24') })))
u.bind(7, { onDatagram: (s, b, o, n, a, port) => u.send(s, b, o, n, b, a, port) })
const stop = run(h, dev)

// The kernel's side of the cable.
execSync('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up')
const shell = (command, then) => {
  console.log(`\n$ ${command}`)
  spawn('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'] }).on('close', code => {
    process.exitCode ||= code
    then()
  })
}
function end() {
  console.log(`\ndropped: ${[...dropped].join('; ') || 'nothing'}`)
  stop()
  dev.close()
}
const isStaying = process.argv.includes('--stay')
const help = () => console.log(`\nit stays until Ctrl-C; elsewhere: nsenter -U -t ${process.pid} -n ping 10.0.0.2`)
shell('ping -n -c 3 -i 0.2 10.0.0.2', () =>
  shell("echo 'hello, machine' | timeout 2 nc -u -w 1 10.0.0.2 7", isStaying ? help : end),
)
