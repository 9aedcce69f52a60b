using System.CommandLine;
using System.Globalization;

namespace InterestService.Harness;

/// <summary>Creates options and formats numbers for all commands.</summary>
internal static class Commands
{
    /// <summary>Creates an option with a default value.</summary>
    public static Option<T> CreateOption<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>Formats a number independently of the machine's language.</summary>
    public static string ToText(this double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
