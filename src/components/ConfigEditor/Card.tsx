import React, { type ReactNode } from 'react';
import { Box, Stack } from '@grafana/ui';

/** A frame around the settings of one thing in a list. */
export function Card({ children }: { children: ReactNode }) {
  return (
    <Box borderStyle="solid" borderColor="weak" borderRadius="default" padding={2}>
      <Stack direction="column" gap={2}>
        {children}
      </Stack>
    </Box>
  );
}
