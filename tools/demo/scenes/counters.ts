import { drops, findings } from '@tiny/mib/explain'
import { difference, snapshot } from '@tiny/mib/proc'
import { fold } from '../paint.ts'
import type { Scene } from '../scene.ts'

/** Columns of a sentence. */
const WIDTH = 92

/** What the counters of both machines say of all that has happened. */
export const counted: Scene = {
  name: 'counters',
  title: 'What the counters say',
  about:
    'everything that was seen above has been counted, with the names and the meaning that Linux gives them: what calls for something to be done, and what to do',
  play(stage, page) {
    const { bad, dim, cool } = page.paint
    const machines: { name: string; findings: { counter: string; times: number; text: string; cure: string }[] }[] = []
    for (const { name, counters, witness } of [stage.left, stage.right]) {
      const moved = difference({}, snapshot(counters))
      const all = [...findings(moved).filter(found => found.cure !== ''), ...drops(counters.times, witness.details)]
      page.line(cool(name))
      // A drop that a counter has told of already is left out here; --json has them all.
      for (const { text, cure } of all.filter(found => found.cure !== '')) {
        for (const [i, line] of fold(text, WIDTH).entries()) page.line(`  ${i === 0 ? bad('·') : ' '} ${line}`)
        for (const line of fold(cure, WIDTH)) page.line(`    ${dim(line)}`)
      }
      machines.push({ name, findings: all })
    }
    return { passed: machines.every(({ findings }) => findings.length > 0), machines }
  },
}
