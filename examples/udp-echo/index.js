// An echo server and a client that talks to it over a wire which loses a third of all frames.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { client } from './client.js'
import { serve } from './server.js'

const net = sim(strict('sim', { seed: 3 }))
const [near, far] = net.wire(strict('wire', { delay: 15, loss: 0.33 }))

function machine(dev, own) {
  const h = host(net.env(), strict('core', { pool: 8192 }))
  const ip = ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix(own) }))
  net.host(h, dev)
  return ip
}
serve(machine(far, '10.0.0.2/24'), 7)
const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
const say = text => console.log(`${net.now().toFixed(0).padStart(6)} ms  ${text}`)
const talk = client(machine(near, '10.0.0.1/24'), address('10.0.0.2'), 7, words, say)

const isDone = net.run(60000, talk.isDone)
console.log(`${near.stats.lost + far.stats.lost} of ${near.stats.sent + far.stats.sent} frames were lost on the way`)
process.exitCode = isDone ? 0 : 1
