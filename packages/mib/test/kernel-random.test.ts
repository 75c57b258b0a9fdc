// Random sequences, the same for the kernel of this machine and for our stack: what both have counted. Those of other seeds:
// TINY_FIRST=1000 TINY_SEEDS=500.
import { expect, it } from 'vitest'
import { lacking, must, sh } from '../../../tools/netns/index.ts'
import { OWN } from './frames.ts'
import { moved, surprises } from './judge.ts'
import { kernel } from './kernel.ts'
import { ours } from './ours.ts'
import { sequence, stimulus } from './random.ts'

const FIRST = Number(process.env['TINY_FIRST'] ?? 1)
const SEEDS = Number(process.env['TINY_SEEDS'] ?? 400)
/** The last sequence begins before this, unless seeds are asked for. */
const MS = process.env['TINY_SEEDS'] ? Infinity : 30000
const missing = lacking('python3', 'sysctl')

it.skipIf(missing !== '')(`random sequences from seed ${FIRST}`, { timeout: 100 * SEEDS + 60000 }, async () => {
  const theirs = await kernel()
  // What is left of one sequence must not move, in the midst of another: retransmissions, fragments, a path MTU.
  await must(
    sh(
      `ip route change 10.0.0.0/24 dev tap0 proto kernel scope link src ${OWN} quickack 1 rto_min 20s mtu lock 1500 && ` +
        'sysctl -qw net.ipv4.ipfrag_time=600 net.ipv4.ipfrag_high_thresh=100000000',
    ),
  )
  const end = performance.now() + MS
  const found: string[] = []
  let seed = FIRST
  for (; seed < FIRST + SEEDS && performance.now() < end && found.length < 5; seed++) {
    // A kernel that is busy may keep something for later: what differs has another chance.
    for (let tries = 1; ; tries++) {
      const s = stimulus(sequence(seed))
      const wrong = surprises(s.name, await moved(theirs, s), await moved(ours(), s))
      if (!wrong.length) break
      if (tries < 3) continue
      found.push(`TINY_FIRST=${seed} TINY_SEEDS=1: ${s.name}: ${wrong.join('; ')}`)
      break
    }
  }
  theirs.close()
  console.log(`seeds ${FIRST} to ${seed - 1}`)
  expect(found).toEqual([])
})
