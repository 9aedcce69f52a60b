using System.Text.Json.Nodes;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>Reads the values of the settings of tokenizers.</summary>
internal static class TokenizerSettings
{
    /// <summary>Returns a truth value; null where there is none.</summary>
    public static bool? Flag(this JsonObject settings, string name) =>
        settings[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>Returns a number; null where there is none.</summary>
    public static double? Number(this JsonObject settings, string name) =>
        settings[name] is JsonValue value && value.TryGetValue(out double number) ? number : null;

    /// <summary>Returns a text; null where there is none.</summary>
    public static string? Text(this JsonObject settings, string name) =>
        settings[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>Returns a special token, which is a text or an object with one; null where there is none.</summary>
    public static string? Token(this JsonObject settings, string name) =>
        settings[name] is JsonObject token ? token.Text("content") : settings.Text(name);
}
