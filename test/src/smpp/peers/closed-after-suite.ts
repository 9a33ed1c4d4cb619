interface Closable {
  close(): Promise<void>;
}

/** Closes when the suite is over what is handed to it, the last first. A suite that is skipped has opened nothing. */
export function closedAfterSuite(): <T extends Closable>(opened: T) => T {
  const open: Closable[] = [];
  after(async () => {
    for (const last of open.reverse()) await last.close();
  });
  return (opened) => {
    open.push(opened);
    return opened;
  };
}
