using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Options;
using InterestService.Pipeline.Tests.Clustering;
using InterestService.Pipeline.Tests.Encoding;

namespace InterestService.Pipeline.Tests;

/// <summary>What is registered, and what follows from it.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Every_encoder_has_a_class_of_contract_tests() =>
        Assert.Equal(Encoders.Names.Order(), Suites<EncoderContract>().Select(suite => suite.Name).Order());

    [Fact]
    public void Every_algorithm_has_a_class_of_contract_tests() =>
        Assert.Equal(Algorithms.ComparisonNames.Order(), Suites<ClusteringAlgorithmContract>().Select(suite => suite.Name).Order());

    [Fact]
    public void Names_are_unique_and_unknown_ones_are_refused()
    {
        Assert.Distinct(Encoders.Names);
        Assert.Distinct(Algorithms.ComparisonNames);
        Assert.Throws<ArgumentException>(() => Encoders.Named("magic"));
        Assert.Throws<ArgumentException>(() => Algorithms.Named("magic"));
    }

    [Fact]
    public void An_option_of_several_records_is_one_option_and_must_be_declared_alike()
    {
        Assert.Distinct(RequestOptions.All.Select(option => option.Name));
        Assert.Single(RequestOptions.All, option => option.Name == "minimumPoints");
        Assert.Throws<InvalidOperationException>(() => RequestOption.Collect([typeof(KMeansOptions), typeof(OtherStarts)]));
    }

    [Fact]
    public void Options_without_an_order_follow_the_others_as_nullable_values()
    {
        var options = RequestOption.Collect([typeof(Extended), typeof(KMeansOptions)]);
        Assert.Equal(["starts", "spherical", "extra"], options.Select(option => option.Name));
        Assert.Equal([typeof(int?), typeof(bool?), typeof(double?)], options.Select(option => option.Type));
    }

    [Fact]
    public void Values_are_compared_by_what_is_set()
    {
        OptionValues some = new() { ["epochs"] = 3, ["dropout"] = .1 };
        Assert.Equal(some, OptionValues.None.With("dropout", .1).With("epochs", 3));
        Assert.Equal(some.GetHashCode(), OptionValues.None.With("dropout", .1).With("epochs", 3).GetHashCode());
        Assert.NotEqual(some, some.With("epochs", 4));
        Assert.Equal(OptionValues.None, some.With("epochs", null).With("dropout", null));
        Assert.Null(some["Epochs"]);
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
