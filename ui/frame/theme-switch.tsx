import { ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { AdjustIcon, MoonIcon, SunIcon } from "@patternfly/react-icons";
import type { ReactElement } from "react";
import { chooseTheme, THEMES, type Theme, useTheme } from "./theme.ts";

const LOOKS: Record<Theme, { label: string; icon: ReactElement }> = {
	system: { label: "Colours as the system", icon: <AdjustIcon /> },
	light: { label: "Light colours", icon: <SunIcon /> },
	dark: { label: "Dark colours", icon: <MoonIcon /> },
};

export function ThemeSwitch() {
	const theme = useTheme();
	return (
		<ToggleGroup aria-label="Colours" isCompact>
			{THEMES.map((name) => (
				<ToggleGroupItem
					key={name}
					icon={LOOKS[name].icon}
					aria-label={LOOKS[name].label}
					buttonId={`theme-${name}`}
					isSelected={theme === name}
					onChange={() => chooseTheme(name)}
				/>
			))}
		</ToggleGroup>
	);
}
