// Run by interface.test.ts in surroundings that lack something: prints what tap() says.
import { tap } from '../src/index.js'

try {
  const dev = tap()
  console.log(`opened ${dev.name}`)
  dev.close()
} catch (e) {
  console.log(`${(e as { code?: string }).code} ${(e as Error).message}`)
}
