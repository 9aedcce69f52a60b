using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Options;
using InterestService.Pipeline.Tests.Clustering;
using InterestService.Pipeline.Tests.Encoding;

namespace InterestService.Pipeline.Tests;

/// <summary>Registered encoders, algorithms and request options.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Every_encoder_has_contract_tests() =>
        Assert.Equal(Encoders.Names.Order(), Suites<EncoderContract>().Select(suite => suite.Name).Order());

    [Fact]
    public void Every_algorithm_has_contract_tests() =>
        Assert.Equal(Algorithms.ComparisonNames.Order(), Suites<ClusteringAlgorithmContract>().Select(suite => suite.Name).Order());

    [Fact]
    public void Names_are_unique_and_unknown_names_are_rejected()
    {
        Assert.Distinct(Encoders.Names);
        Assert.Distinct(Algorithms.ComparisonNames);
        Assert.Throws<ArgumentException>(() => Encoders.Named("magic"));
        Assert.Throws<ArgumentException>(() => Algorithms.Named("magic"));
    }

    [Fact]
    public void An_option_declared_by_several_records_is_listed_once_and_has_one_type()
    {
        Assert.Distinct(RequestOptions.All.Select(option => option.Name));
        Assert.Single(RequestOptions.All, option => option.Name == "minimumPoints");
        Assert.Throws<InvalidOperationException>(() => RequestOption.Collect([typeof(KMeansOptions), typeof(OtherStarts)]));
    }

    [Fact]
    public void Options_without_an_order_follow_the_others_and_are_nullable()
    {
        var options = RequestOption.Collect([typeof(Extended), typeof(KMeansOptions)]);
        Assert.Equal(["starts", "spherical", "extra"], options.Select(option => option.Name));
        Assert.Equal([typeof(int?), typeof(bool?), typeof(double?)], options.Select(option => option.Type));
    }

    [Fact]
    public void Option_values_are_equal_if_the_same_values_are_set()
    {
        OptionValues values = new() { ["epochs"] = 3, ["dropout"] = .1 };
        Assert.Equal(values, OptionValues.None.With("dropout", .1).With("epochs", 3));
        Assert.Equal(values.GetHashCode(), OptionValues.None.With("dropout", .1).With("epochs", 3).GetHashCode());
        Assert.NotEqual(values, values.With("epochs", 4));
        Assert.Equal(OptionValues.None, values.With("epochs", null).With("dropout", null));
        Assert.Null(values["Epochs"]);
    }

    private static IEnumerable<T> Suites<T>() => typeof(RegistrationTests).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
        .Select(type => (T)Activator.CreateInstance(type)!);

    private sealed record OtherStarts
    {
        [RequestOption]
        public double Starts { get; init; }
    }

    private sealed record Extended
    {
        [RequestOption]
        public double Extra { get; init; }

        public int Hidden { get; init; }
    }
}
