using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.LanguageModels;

namespace InterestService.Api.LanguageModels;

/// <summary>
/// The language model of texts, in section <c>InterestService:TextModel</c>. A request cannot choose it: an address of a caller's choice would
/// make the service send texts there.
/// </summary>
internal sealed record TextModelOptions
{
    public const string Subsection = "TextModel";

    /// <inheritdoc cref="TextModelSource.Location"/>
    public string? Location { get; set; }

    /// <inheritdoc cref="TextModelSource.Pooling"/>
    [AllowedValues(null, "mean", "cls", "last", ErrorMessage = "InterestService__TextModel__Pooling must be mean, cls or last.")]
    public string? Pooling { get; set; }

    /// <inheritdoc cref="TextModelSource.Prefix"/>
    public string? Prefix { get; set; }

    /// <inheritdoc cref="TextModelSource.MaximumTokens"/>
    [Range(8, 8192)]
    public int? MaximumTokens { get; set; }

    /// <summary>Maximum memory for vectors of texts that were encoded before. Default 64; 0: none.</summary>
    [Range(0, 65_536)]
    public int CacheMegabytes { get; set; } = 64;

    /// <inheritdoc cref="TextModelSource.Model"/>
    public string? Model { get; set; }

    /// <inheritdoc cref="TextModelSource.Dimensions"/>
    [Range(1, 65_536)]
    public int? Dimensions { get; set; }

    /// <summary>Key for the address; many need none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Timeout of each try of a request to the address. Default 60.</summary>
    [Range(.01, 3600)]
    public double TimeoutSeconds { get; set; } = 60;

    /// <summary>Texts in a request to the address. Default 64.</summary>
    [Range(1, 2048)]
    public int BatchSize { get; set; } = 64;

    /// <summary>Returns errors that annotations cannot express.</summary>
    public IEnumerable<string> Validate()
    {
        if (!ToSource().IsAddress) yield break;
        if (!Uri.TryCreate(Location, UriKind.Absolute, out var address) || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            yield return "InterestService:TextModel:Location: expected an address without a user, a query or a fragment, such as http://localhost:11434/v1.";
    }

    /// <summary>Returns what stored models keep: all but the key and the figures of the transport.</summary>
    public TextModelSource ToSource() => new()
    {
        Location = Location,
        Pooling = Pooling,
        Prefix = Prefix,
        MaximumTokens = MaximumTokens,
        Model = Model,
        Dimensions = Dimensions,
    };
}
