// One round after another over a text that keeps changing: never two at once, and the latest text is never left out.
export class Rounds {
  private latest: string | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly round: (text: string, isLatest: () => boolean) => Promise<void>) {}

  /** Has a round made over a text once the one that runs has ended, if no newer text comes before. */
  ask(text: string): void {
    this.latest = text;
    this.running ??= this.run();
  }

  /** Returns when no text waits. */
  async done(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve();
    while (this.latest !== undefined) {
      const text = this.latest;
      this.latest = undefined;
      await this.round(text, () => this.latest === undefined);
    }
    this.running = undefined;
  }
}
