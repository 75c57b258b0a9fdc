import { expect, it } from 'vitest'
import { transfer } from './transfer.ts'

it('with the wheel each segment goes out when it does without', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [list, wheel]: string[][] = [[], []]
    const a = transfer(seed, 20000, line => list.push(line), undefined, false)
    const b = transfer(seed, 20000, line => wheel.push(line), undefined, true)
    expect(wheel, `seed ${seed}`).toEqual(list)
    expect(b, `seed ${seed}`).toEqual(a)
  }
})
