// The mutation of one run, as vite sees it: the file named in TINY_MUTANT is served with one text replaced by another.
import type { Plugin } from 'vitest/config'

export interface Mutation {
  file: string
  from: string
  to: string
}

export function mutant(): Plugin {
  const { file, from, to } = JSON.parse(process.env['TINY_MUTANT'] ?? '{}') as Mutation
  return {
    name: 'mutant',
    enforce: 'pre',
    transform(code, id) {
      if (id.split('?')[0] !== file) return undefined
      const mutated = code.split(from).join(to)
      if (mutated === code) throw new Error(`${file} is not mutated`)
      return mutated
    },
  }
}
