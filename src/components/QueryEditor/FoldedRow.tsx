import React, { useState, type ReactNode } from 'react';
import { css } from '@emotion/css';
import { Button, Text } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

interface Props {
  label: string;
  tooltip: string;
  /** What the fields hold, in a few words, for as long as they are not shown. */
  summary: string;
  /** Whether the fields are shown at first. */
  open: boolean;
  children: ReactNode;
}

/** A row of fields that few queries use: closed until it is asked for. */
export function FoldedRow({ label, tooltip, summary, open: atFirst, children }: Props) {
  const [open, setOpen] = useState(atFirst);
  return (
    <EditorRow>
      <EditorField label={label} tooltip={tooltip}>
        <Button
          className={flush}
          variant="secondary"
          fill="text"
          icon={open ? 'angle-down' : 'angle-right'}
          aria-label={label}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Text color="secondary">{open ? '' : summary}</Text>
        </Button>
      </EditorField>
      {open && children}
    </EditorRow>
  );
}

// The arrow stands below the label's first letter.
const flush = css({ paddingLeft: 0 });
