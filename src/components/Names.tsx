import React, { useMemo } from 'react';
import { Box, MultiCombobox, type ComboboxOption } from '@grafana/ui';

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
  const { options } = menu;
  const selected = useMemo(
    () => value.map((name) => ({ value: name, label: labelOf(name, options) })),
    [value, options]
  );

  return (
    // The menu measures which names fit by its own size, which it gets wrong when the width is its own property.
    <Box width={width} maxWidth="100%">
      <MultiCombobox
        {...menu}
        // A disabled menu would still let its list be cleared.
        isClearable={!menu.disabled}
        createCustomValue
        value={selected}
        onChange={(chosen) => onChange(chosen.map((option) => option.value.trim()).filter(Boolean))}
      />
    </Box>
  );
}

const NONE: string[] = [];

function labelOf(name: string, options: Props['options']): string {
  return (Array.isArray(options) && options.find((option) => option.value === name)?.label) || name;
}
