import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { ScrollContainer, Text, useStyles2 } from '@grafana/ui';

import { PROPERTIES } from './properties';

/** What an expression can be made of. */
export function PropertyList() {
  const styles = useStyles2(getStyles);
  return (
    <>
      <ScrollContainer maxHeight="240px" showScrollIndicators>
        <table className={styles.table}>
          <tbody>
            {PROPERTIES.map(({ name, on, meaning }) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td>{on === 'both' ? '' : on}</td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollContainer>
      <Text variant="bodySmall" color="secondary">
        and or not · == != &lt; &lt;= &gt; &gt;= · in contains startsWith endsWith matches · + - * / % ?? · lower()
        upper(). Texts stand in quotes; what is not known does not match.
      </Text>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    fontSize: theme.typography.bodySmall.fontSize,
    td: { padding: theme.spacing(0.25, 1, 0.25, 0), verticalAlign: 'baseline' },
    'td:nth-child(2)': { color: theme.colors.text.secondary },
  }),
});
