import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

const MAIN = fileURLToPath(new URL('../../examples/cluster/main.mjs', import.meta.url))

/** Nodes are called so. */
export type NodeName = 'A' | 'B' | 'C'

/** The cluster as people start it, and the tabs of a test. */
export class ClusterDemo {
  /** What any page had to complain about. */
  complaints: string[] = []
  readonly url: string
  readonly #main: ChildProcess
  readonly #context: BrowserContext

  private constructor(url: string, main: ChildProcess, context: BrowserContext) {
    this.url = url
    this.#main = main
    this.#context = context
  }

  static async start(browser: Browser): Promise<ClusterDemo> {
    const env = { ...process.env, PORT: '0' }
    const main = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [url] = await once(createInterface(main.stdout), 'line')
    return new ClusterDemo(url, main, await browser.newContext({ viewport: { width: 1280, height: 800 } }))
  }

  /** A tab that is called Ann, as none is by itself; served by some node. */
  async tab(): Promise<Tab> {
    const page = await this.#context.newPage()
    await page.addInitScript(() => sessionStorage.setItem('name', 'Ann'))
    await page.goto(this.url)
    return this.#take(page)
  }

  /** The tab that opens by a press of the button; it finds a name by itself. */
  async another(tab: Tab): Promise<Tab> {
    const opened = this.#context.waitForEvent('page')
    await tab.page.getByRole('button', { name: 'Open another tab' }).click()
    return this.#take(await opened)
  }

  /** Ids of all processes that belong to it. */
  get pids(): number[] {
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    const rows = all.split('\n').map((row) => row.trim().split(/\s+/).map(Number) as [pid: number, parent: number])
    const found = [this.#main.pid as number]
    for (const parent of found) found.push(...rows.filter((row) => row[1] === parent).map(([pid]) => pid))
    return found
  }

  /** Ends its first process without a word. */
  crash(): void {
    this.#main.kill('SIGKILL')
  }

  /** Closes the tabs, and stops it as a terminal would; gives its exit code, null if it was killed. */
  async stop(): Promise<number | null> {
    await this.#context.close()
    if (this.#main.exitCode !== null || this.#main.signalCode !== null) return this.#main.exitCode
    this.#main.kill('SIGINT')
    const [code] = await once(this.#main, 'exit')
    return code
  }

  async #take(page: Page): Promise<Tab> {
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      // That a link could not be opened is what happens to one whose node is killed while it opens.
      const isRefusal = /^WebSocket connection to .* failed/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !isRefusal) this.complaints.push(message.text())
    })
    const tab = new Tab(page)
    await tab.node()
    return tab
  }
}

/** A tab of the page. */
export class Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** The node that serves it, once there is one, or another than `not`. */
  async node(not?: NodeName): Promise<NodeName> {
    const served = this.page.getByRole('status', { name: 'Served by' })
    const others = not === undefined ? /^Node [ABC]$/ : new RegExp(`^Node [^${not}]$`)
    const text = await served.filter({ hasText: others }).textContent()
    return text?.at(-1) as NodeName
  }

  /** A place where the page tells how something stands. */
  told(name: string): Locator {
    return this.page.getByRole('status', { name })
  }

  /** Does something to a node by its button: 'Kill −9', 'Drain', 'Restart'. */
  async press(action: string, node: NodeName): Promise<void> {
    await this.page.getByRole('button', { name: `${action} node ${node}` }).click()
  }

  /** Waits until a node is said to be so. */
  async isNode(node: NodeName, state: string): Promise<void> {
    await this.page
      .getByRole('region', { name: `Node ${node}` })
      .getByText(state, { exact: true })
      .waitFor()
  }

  /** Has its node cut its link. */
  async cut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Cut my link' }).click()
  }

  /** Writes without sending it. */
  async write(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text)
  }

  async say(text: string): Promise<void> {
    await this.write(text)
    await this.page.getByRole('button', { name: 'Send' }).click()
  }

  /** Waits until it was told so by a node: so many times, by as many tabs. */
  async hears(text: string, times = 1): Promise<void> {
    const messages = this.page.getByRole('log').getByRole('listitem')
    const told = messages.filter({ hasText: text, hasNotText: 'not sent yet' })
    await told.nth(times - 1).waitFor()
  }

  /** What was said, in order: by whom, and the text. */
  async said(): Promise<[name: string, text: string][]> {
    const log = this.page.getByRole('log')
    const [names, texts] = [await log.locator('b').allTextContents(), await log.locator('p').allTextContents()]
    return texts.map((text, i) => [names[i] ?? '', text])
  }

  /** Says a number every second from now on, or does so no more. */
  async talks(on: boolean): Promise<void> {
    await this.page.getByLabel('Say a number every second').setChecked(on)
  }

  /** Who is there, with the nodes of their tabs: 'Fern 42 A', in order. */
  async people(): Promise<string[]> {
    const items = await this.page.getByRole('region', { name: 'Here now' }).getByRole('listitem').all()
    const texts = items.map(async (item) => {
      const [name, nodes] = [await item.locator('b').textContent(), await item.locator('.badge').allTextContents()]
      return `${name} ${nodes.join(' ')}`
    })
    return (await Promise.all(texts)).sort()
  }

  /** What this tab is called. */
  async name(): Promise<string> {
    const mine = this.page.getByRole('region', { name: 'Here now' }).getByRole('listitem').filter({ hasText: 'you' })
    return (await mine.locator('b').textContent()) ?? ''
  }

  /** Counts beside a name in the panel about this tab: 'Moves', 'Resumed', 'Reset'. */
  async count(name: string): Promise<number> {
    const region = this.page.getByRole('region', { name: 'This tab' })
    return Number(await region.locator('div', { hasText: name }).getByRole('definition').textContent())
  }

  /** Calls: made, answered, pending, lost. */
  async calls(): Promise<number[]> {
    const cells = this.page.getByRole('table', { name: 'Calls' }).getByRole('row', { name: 'Calls' }).getByRole('cell')
    return (await cells.allTextContents()).map(Number)
  }

  /** What happened, the newest first: the event, and what of it. */
  async events(): Promise<string[]> {
    const items = this.page.getByRole('region', { name: 'Events' }).getByRole('listitem')
    return (await items.allTextContents()).map((text) => text.replace(/^\d+:\d\d:\d\d/, ''))
  }
}
