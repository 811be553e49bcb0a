import React, { useState, type ComponentProps } from 'react';
import { Input } from '@grafana/ui';

interface Props extends Omit<ComponentProps<typeof Input>, 'value' | 'onChange' | 'onBlur' | 'onKeyDown'> {
  value: string;
  /** Called with the trimmed text when the user leaves the input or presses Enter, and only if it changed. */
  onCommit: (value: string) => void;
}

/** A text input that reports what was typed once it is complete. */
export function CommittedInput({ value, onCommit, ...input }: Props) {
  // What is being typed; none when the value stands as it is.
  const [draft, setDraft] = useState<string>();

  const commit = () => {
    const typed = draft?.trim();
    setDraft(undefined);
    if (typed !== undefined && typed !== value) {
      onCommit(typed);
    }
  };
  return (
    <Input
      {...input}
      value={draft ?? value}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}
