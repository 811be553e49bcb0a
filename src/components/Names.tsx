import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { MultiCombobox, useStyles2, type ComboboxOption } from '@grafana/ui';

interface Props {
  id: string;
  /** In units of the theme's spacing; less where there is less room. */
  width: number;
  placeholder: string;
  value?: string[];
  options: ComboboxOption[] | ((typed: string) => Promise<ComboboxOption[]>);
  onChange: (value: string[]) => void;
  disabled?: boolean;
}

/** A list of names to pick from a menu or to type. */
export function Names({ width, value = NONE, onChange, ...menu }: Props) {
  const styles = useStyles2(getStyles, width);
  const { options } = menu;
  const selected = useMemo(
    () => value.map((name) => ({ value: name, label: labelOf(name, options) })),
    [value, options]
  );

  return (
    // The menu measures which names fit by its own size, which it gets wrong when the width is its own property.
    <div className={styles.width}>
      <MultiCombobox
        {...menu}
        // A disabled menu would still let its list be cleared.
        isClearable={!menu.disabled}
        createCustomValue
        value={selected}
        onChange={(chosen) => onChange(chosen.map((option) => option.value.trim()).filter(Boolean))}
      />
    </div>
  );
}

const NONE: string[] = [];

const getStyles = (theme: GrafanaTheme2, width: number) => ({
  width: css({
    // As wide as that, or as there is room for: a width of its own would make a narrow pane wider.
    display: 'grid',
    gridTemplateColumns: `minmax(0, ${theme.spacing(width)})`,
    // An empty menu would be a little lower than the inputs beside it.
    '> div > div:first-child': { minHeight: theme.spacing(theme.components.height.md) },
  }),
});

function labelOf(name: string, options: Props['options']): string {
  return (Array.isArray(options) && options.find((option) => option.value === name)?.label) || name;
}
