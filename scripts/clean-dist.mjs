import { rmSync } from 'node:fs'

// A file that was renamed or became a test would otherwise stay in what is published.
rmSync('dist', { recursive: true, force: true })
