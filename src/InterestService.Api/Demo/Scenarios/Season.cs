namespace InterestService.Api.Demo.Scenarios;

/// <summary>Demand by calendar month, January first.</summary>
internal static class Season
{
    public static readonly double[] Even = [0.95, 0.9, 0.95, 0.95, 0.95, 0.95, 0.9, 0.9, 1, 1, 1.25, 1.3];
    public static readonly double[] Spring = [0.4, 0.9, 1.9, 2.4, 2.0, 1.1, 0.7, 0.5, 0.7, 0.6, 0.4, 0.4];
    public static readonly double[] Summer = [0.4, 0.4, 0.6, 1.0, 1.6, 2.1, 2.2, 1.7, 0.8, 0.5, 0.3, 0.4];
    public static readonly double[] Autumn = [0.6, 0.5, 0.5, 0.5, 0.6, 0.6, 0.8, 1.5, 2.1, 2.1, 1.3, 0.9];
    public static readonly double[] Winter = [2.0, 1.6, 0.8, 0.4, 0.3, 0.2, 0.2, 0.4, 0.8, 1.5, 1.8, 2.0];
    public static readonly double[] Gifts = [0.4, 0.5, 0.6, 0.8, 0.7, 0.7, 0.7, 0.6, 0.7, 1.0, 2.2, 3.1];
    public static readonly double[] Terms = [1.4, 1.2, 1.1, 1.2, 1.0, 0.6, 0.3, 0.4, 1.6, 1.5, 1.2, 0.7];
    public static readonly double[] Resolutions = [2.3, 1.7, 1.2, 1.0, 0.9, 0.7, 0.6, 0.6, 1.1, 1.0, 0.8, 0.6];
}
