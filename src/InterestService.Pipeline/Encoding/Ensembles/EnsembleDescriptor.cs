using System.Text.Json.Nodes;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding.Ensembles;

/// <summary>An ensemble of other encoders, whose options are those of its members.</summary>
internal sealed class EnsembleDescriptor : EncoderDescriptor
{
    private readonly EnsembleMember[] _members;

    /// <param name="name">Its name in requests.</param>
    /// <param name="members">At least one.</param>
    public EnsembleDescriptor(string name, params EnsembleMember[] members)
        : base(name)
    {
        _members = members;
        var encoders = members.Select(member => member.Encoder).ToList();
        IsNetwork = encoders.Any(encoder => encoder.IsNetwork);
        NeedsTexts = encoders.Any(encoder => encoder.NeedsTexts);
        UsesOrder = encoders.Any(encoder => encoder.UsesOrder);
        ReadsSearches = encoders.All(encoder => encoder.ReadsSearches);
        KnowsLoneItems = encoders.All(encoder => encoder.KnowsLoneItems);
        OptionsTypes = [.. encoders.SelectMany(encoder => encoder.OptionsTypes).Distinct()];
    }

    public override IReadOnlyList<Type> OptionsTypes { get; }

    public override IUserEncoder Fit(EncoderInput input, OptionValues values) =>
        EnsembleEncoder.Create(_members, member => member.Fit(input, values));

    public override IUserEncoder Load(Stream stream, EncoderShape shape, JsonObject options) =>
        EnsembleEncoder.Create(_members, member => member.Load(stream, shape, options));
}

/// <summary>An encoder of an ensemble.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="Weight">Weight of its ranks and of its cosines in those of the ensemble; the weights sum to 1.</param>
internal sealed record EnsembleMember(EncoderDescriptor Encoder, double Weight);
