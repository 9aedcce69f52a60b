using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Ensembles;
using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Encoding.Sequences;
using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Encoding.Topics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline;

/// <summary>The registered encoders. What requests may name and set, and how that is described, follows from this list.</summary>
public static class Encoders
{
    /// <summary>In the order in which they are offered; the first is the default.</summary>
    public static IReadOnlyList<EncoderDescriptor> All { get; } =
    [
        CommunityEncoder.Descriptor,
        Autoencoder.Descriptor,
        SvdEncoder.Descriptor,
        LdaEncoder.Descriptor,
        NmfEncoder.Descriptor,
        TaleEncoder.Descriptor,
        TextEncoder.Descriptor,
        CnnEncoder.Descriptor,
        RnnEncoder.Descriptor,
        TransformerEncoder.Descriptor,
        new EnsembleDescriptor(
            "ensemble", new(TaleEncoder.Descriptor, Weight: .3), new(TransformerEncoder.Descriptor, Weight: .7)),
    ];

    /// <summary>Their names, in the same order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(encoder => encoder.Name)];

    /// <summary>
    /// Returns what some encoders read of the same events; users without items are among them only if all read searches, and items of a single
    /// user only if all know such items.
    /// </summary>
    internal static EventUse UseOf(IReadOnlyCollection<string> names)
    {
        EncoderDescriptor[] encoders = [.. names.Select(Named)];
        return new EventUse(
            encoders.Any(encoder => encoder.UsesOrder),
            encoders.All(encoder => encoder.ReadsSearches) ? SearchUse.Alone
                : encoders.Any(encoder => encoder.ReadsSearches) ? SearchUse.WithItems : SearchUse.None,
            encoders.All(encoder => encoder.KnowsLoneItems));
    }

    /// <summary>Whether an encoder, with some options, reads the texts of items.</summary>
    public static bool ReadsTexts(string name, OptionValues options) =>
        Named(name).NeedsTexts || (Named(name).IsNetwork && options.Bind<NetworkOptions>().TextFeatures);

    /// <summary>Returns the encoder with the given name.</summary>
    /// <exception cref="ArgumentException">No encoder has this name.</exception>
    public static EncoderDescriptor Named(string name) =>
        All.FirstOrDefault(encoder => encoder.Name == name) ?? throw new ArgumentException($"There is no encoder '{name}'.", nameof(name));
}
