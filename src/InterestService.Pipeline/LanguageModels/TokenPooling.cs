using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>How the vectors of tokens become the vector of their text.</summary>
internal enum TokenPooling
{
    /// <summary>The mean over all tokens.</summary>
    Mean,

    /// <summary>The vector of the first token, which marks the beginning.</summary>
    Cls,

    /// <summary>The vector of the last token.</summary>
    Last,
}

/// <summary>Names of poolings, and their computation.</summary>
internal static class TokenPoolings
{
    /// <summary>The settings of sentence-transformers that choose a pooling, and which one.</summary>
    private static readonly (string Setting, TokenPooling Pooling)[] _settings =
    [
        ("pooling_mode_mean_tokens", TokenPooling.Mean),
        ("pooling_mode_cls_token", TokenPooling.Cls),
        ("pooling_mode_lasttoken", TokenPooling.Last),
    ];

    /// <summary>Returns the pooling with a name: <c>mean</c>, <c>cls</c> or <c>last</c>.</summary>
    /// <exception cref="PipelineException">There is none.</exception>
    public static TokenPooling Parse(string name) => Enum.TryParse(name, ignoreCase: true, out TokenPooling pooling) && !char.IsDigit(name[0])
        ? pooling
        : throw new PipelineException(FailureCode.TextModelUnusable, $"The pooling of a text model is mean, cls or last, and not '{name}'.");

    /// <summary>Returns the pooling of the settings of a folder; null where they are empty.</summary>
    /// <param name="settings">Content of <c>1_Pooling/config.json</c>.</param>
    /// <exception cref="PipelineException">They choose another one, or several.</exception>
    public static TokenPooling? Of(JsonObject settings)
    {
        string[] chosen =
            [.. settings.Where(setting => setting.Key.StartsWith("pooling_mode_", StringComparison.Ordinal) && setting.Value is JsonValue value
                && value.TryGetValue(out bool on) && on).Select(setting => setting.Key)];
        if (chosen.Length == 0) return null;
        foreach (var (setting, pooling) in _settings)
            if (chosen.Length == 1 && chosen[0] == setting) return pooling;
        throw new PipelineException(
            FailureCode.TextModelUnusable,
            $"1_Pooling/config.json asks for {string.Join(" and ", chosen)}; expected one of {string.Join(", ", _settings.Select(known => known.Setting))}.");
    }

    /// <summary>Pools the vectors of the tokens of one text.</summary>
    /// <param name="pooling">How.</param>
    /// <param name="states"><c>[tokens x width]</c>.</param>
    /// <param name="vector">The result, <c>[width]</c>, not of unit length; overwritten.</param>
    public static void Pool(this TokenPooling pooling, ReadOnlySpan<float> states, Span<float> vector)
    {
        int tokens = states.Length / vector.Length;
        if (pooling != TokenPooling.Mean)
        {
            states.Slice(pooling == TokenPooling.Cls ? 0 : (tokens - 1) * vector.Length, vector.Length).CopyTo(vector);
            return;
        }

        vector.Clear();
        for (int token = 0; token < tokens; token++)
            TensorPrimitives.Add(vector, states.Slice(token * vector.Length, vector.Length), vector);
    }
}
